/**
 * Prints what each entry of the package exports, as JSON: by its path, `values` (functions, classes, constants),
 * `types`, and `met`, the types of this package or of inversify that stand in signatures, each as `TYPE in NAME`; and
 * `open`, the unions whose docstring says that they grow.
 * A program of its own, because the compiler is slow in Jest's modules.
 */
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = new URL('../../', import.meta.url).pathname;
const SOURCE = join(ROOT, 'src/');

const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(
  join(ROOT, 'tsconfig.build.json'),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
);
// Without libraries, since only names are asked for.
const program = ts.createProgram(fileNames, { ...options, noLib: true, types: [] });
const checker = program.getTypeChecker();

const resolved = (symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** The names that a file exports with `export type`, classes among them. */
function typeOnlyNames(file) {
  return file.statements
    .filter(
      (each) => ts.isExportDeclaration(each) && each.exportClause && ts.isNamedExports(each.exportClause),
    )
    .flatMap(({ isTypeOnly, exportClause }) =>
      exportClause.elements.filter((each) => isTypeOnly || each.isTypeOnly).map(({ name }) => name.text),
    );
}

/** The name of a type, if it is declared in this package or in inversify. */
function ownName(node) {
  const symbol = checker.getSymbolAtLocation(node);
  const declaration = symbol && resolved(symbol).declarations?.[0];
  if (!declaration || ts.isTypeParameterDeclaration(declaration)) return undefined;
  const { fileName } = declaration.getSourceFile();
  if (/\/node_modules\/(@inversifyjs|inversify)\//.test(fileName)) return `inversify's ${node.getText()}`;
  return fileName.startsWith(SOURCE) ? node.getText() : undefined;
}

const isMethod = (node) =>
  ts.isMethodSignature(node) || (ts.isMethodDeclaration(node) && !ts.isPrivateIdentifier(node.name));

/** What of a declaration callers meet: parameters and results. */
function signatures(declaration) {
  if (ts.isFunctionDeclaration(declaration)) return [...declaration.parameters, declaration.type];
  if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration))
    return declaration.members
      .filter(isMethod)
      .flatMap(({ parameters, type }) => [...parameters, type])
      .filter(Boolean);
  return [];
}

function typesIn(symbol) {
  const found = new Set();
  const visit = (node) => {
    if (ts.isTypeReferenceNode(node)) {
      const name = ownName(node.typeName);
      if (name !== undefined) found.add(name);
    }
    ts.forEachChild(node, visit);
  };
  for (const node of (symbol.declarations ?? []).flatMap(signatures)) visit(node);
  return [...found];
}

function namesOf(fileName) {
  const file = program.getSourceFile(fileName);
  const typeOnly = new Set(typeOnlyNames(file));
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
  const symbols = exported.map((each) => [each.name, resolved(each)]);
  const isValue = ([name, symbol]) => (symbol.flags & ts.SymbolFlags.Value) !== 0 && !typeOnly.has(name);
  const namesWhere = (test) =>
    symbols
      .filter(test)
      .map(([name]) => name)
      .sort();
  const isOpen = ([, symbol]) =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).includes('Open:');
  return {
    values: namesWhere(isValue),
    types: namesWhere((each) => !isValue(each)),
    open: namesWhere(isOpen),
    met: symbols.flatMap(([name, symbol]) => typesIn(symbol).map((type) => `${type} in ${name}`)).sort(),
  };
}

const entries = Object.fromEntries(fileNames.map((name) => [name.slice(ROOT.length), namesOf(name)]));
process.stdout.write(JSON.stringify(entries));
