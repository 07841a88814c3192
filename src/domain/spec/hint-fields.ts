/** The fields of one volume's hint that rules read or write; `undefined` where there is no such annotation. */
export class HintFields {
  lifecycle: string | undefined;
  options: string | undefined;
  share: string | undefined;
  source: string | undefined;
  type: string | undefined;

  /** The same fields as another hint's. */
  constructor(from?: Readonly<HintFields>) {
    this.lifecycle = from?.lifecycle;
    this.options = from?.options;
    this.share = from?.share;
    this.source = from?.source;
    this.type = from?.type;
  }

  /** Sets the field that is called so, if there is one: in a fraction of the time of `this[field]`. */
  set(field: string, value: string | undefined): void {
    switch (field) {
      case 'lifecycle':
        this.lifecycle = value;
        return;
      case 'options':
        this.options = value;
        return;
      case 'share':
        this.share = value;
        return;
      case 'source':
        this.source = value;
        return;
      case 'type':
        this.type = value;
    }
  }
}
