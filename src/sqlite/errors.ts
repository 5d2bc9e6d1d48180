import { BaedalError, reasonOf } from '../errors.ts';

/** The file is damaged, or is no SQLite database at all. */
export class DatabaseDamaged extends BaedalError {
  readonly code = 'data-damaged';
  readonly retry = false;
  constructor(path: string, cause: unknown) {
    super(
      `${path} is damaged or not a database (${reasonOf(cause)}). Restore it from a backup, or move it away to start with an empty one.`,
      { cause },
    );
  }
}

/** The file was written by a version of this program that is newer than this one. */
export class DatabaseNewer extends BaedalError {
  readonly code = 'data-newer';
  readonly retry = false;
  constructor(path: string, found: number, known: number) {
    super(
      `${path} was written by a newer baedal (schema ${found}; this one knows ${known}). Update baedal, or choose another data folder.`,
    );
  }
}

/** The file was written by an older version, and was opened for reading only. */
export class DatabaseOlder extends BaedalError {
  readonly code = 'data-older';
  readonly retry = true;
  constructor(path: string, found: number, known: number) {
    super(
      `${path} was written by an older baedal (schema ${found}; this one needs ${known}). Run \`baedal up\` once to bring it up to date.`,
    );
  }
}

/** The file or its folder cannot be written. */
export class DatabaseNotWritable extends BaedalError {
  readonly code = 'data-not-writable';
  readonly retry = false;
  constructor(path: string, cause: unknown) {
    super(
      `Cannot write ${path} (${reasonOf(cause)}). Give this user write permission to it and its folder, or choose another data folder.`,
      {
        cause,
      },
    );
  }
}

/** The file was to be read, and is not there or cannot be opened. */
export class DatabaseMissing extends BaedalError {
  readonly code = 'data-missing';
  readonly retry = true;
  constructor(path: string, cause: unknown) {
    super(`Cannot open ${path} (${reasonOf(cause)}). Check the data folder, or run \`baedal up\` once to make it.`, {
      cause,
    });
  }
}

/** Another process kept the file locked for longer than we wait. */
export class DatabaseBusy extends BaedalError {
  readonly code = 'data-busy';
  readonly retry = true;
  constructor(path: string, cause: unknown) {
    super(
      `${path} is kept locked by another process. Try again, or see which other baedal or SQLite tool has it open.`,
      {
        cause,
      },
    );
  }
}

/** No space left, or the disk failed. */
export class DatabaseDiskFailed extends BaedalError {
  readonly code = 'data-disk';
  readonly retry = true;
  constructor(path: string, cause: unknown) {
    super(`The disk does not take or give ${path} (${reasonOf(cause)}). Make room on it, or check its health.`, {
      cause,
    });
  }
}

/** What was committed could not be brought onto the disk. Whoever wrote it must stop, as nobody knows what a power cut would leave of it. */
export class DatabaseNotSynced extends BaedalError {
  readonly code = 'data-disk';
  readonly retry = false;
  constructor(path: string, cause: unknown) {
    super(
      `The disk did not store what was written to ${path} (${reasonOf(cause)}). Nothing that rests on it has left. Check the disk's health, then start again.`,
      { cause },
    );
  }
}
