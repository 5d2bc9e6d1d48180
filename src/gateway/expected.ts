/** What should stand where something else was written. */
export class Expected {
  constructor(readonly what: string) {}
}
