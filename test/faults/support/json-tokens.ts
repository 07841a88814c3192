/**
 * JSON text in tokens, white space included, each as it is spelt: an observer of its own, that shares no code
 * with the editor. Joined they are the text.
 */
export function jsonTokens(text: string): string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|\s+|[^\s{}[\]:,"]+|"/gs) ?? [];
}
