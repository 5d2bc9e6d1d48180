import { findProgram } from './find-program.js';
import { installWithApt } from './install-with-apt.js';

/** What to say where there is none. */
export const noChromium =
  'There is no Chromium here. Install chromium, or run this as root on Debian, where it installs it by itself.';

/**
 * An installed Chromium. Where there is none it is installed first, as root on Debian.
 * @returns {Promise<string | undefined>} undefined: there is none, and installing it did not work or is not for us
 */
export const findOrInstallChromium = async () =>
  findProgram('chromium') ?? ((await installWithApt('chromium')) ? findProgram('chromium') : undefined);
