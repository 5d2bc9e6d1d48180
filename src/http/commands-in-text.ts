/**
 * The house's sentences are for people at a terminal, some of which name a command to run. Whoever asks over HTTP is told of the request
 * that answers the same.
 */
export const asRequests = (text: string): string =>
  text.replaceAll(/`baedal menu(?: ([\p{L}\p{N}._@-]+))?`/gu, (_, storeId?: string) =>
    storeId === undefined ? 'GET /stores' : `GET /stores/${encodeURIComponent(storeId)}/menu`,
  );
