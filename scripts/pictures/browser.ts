import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Draws pages with a headless Chromium (Debian: `apt-get install chromium`; the variable CHROMIUM names another). */

const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--allow-file-access-from-files'],
  ...['--virtual-time-budget=15000'],
];

/** The size of a picture. */
export interface PictureSize {
  readonly width: number;
  readonly scale: number;
}

/** @throws Error where there is no Chromium */
export function checkBrowser(): void {
  if (!existsSync(chromium))
    throw new Error(`${chromium} does not exist: install Chromium, or set CHROMIUM.`);
}

/**
 * Draws a page at its full height.
 * @param html the page's text, whose script has to set `document.title` to its height in pixels
 * @param size the width in CSS pixels, and how many pixels of the picture each of them is
 * @throws Error where Chromium draws nothing
 */
export function draw(html: string, picture: string, { width, scale }: PictureSize): void {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  const page = join(folder, 'page.html');
  try {
    writeFileSync(page, html);
    const url = pathToFileURL(page).href;
    const scaled = [...flags, `--force-device-scale-factor=${scale}`];
    const { stdout } = spawnSync(chromium, [...scaled, `--window-size=${width},100`, '--dump-dom', url], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    const height = /<title>(\d+)<\/title>/.exec(stdout)?.[1];
    if (height === undefined) throw new Error(`${chromium} did not measure ${picture}`);
    spawnSync(chromium, [...scaled, `--window-size=${width},${height}`, `--screenshot=${picture}`, url]);
    if (!existsSync(picture)) throw new Error(`${chromium} drew nothing of ${picture}`);
    console.log(picture);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
