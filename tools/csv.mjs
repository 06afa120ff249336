// Reads the lists in packs/: comma-separated, a cell with a comma or a quote in double quotes.
import { readFileSync } from 'node:fs';

function cellsOf(line) {
  const cells = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)) cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  return cells;
}

/** [{column: cell}] in the order of the file. */
export function readCsv(file) {
  const [header, ...rest] = readFileSync(file, 'utf8').split(/\r?\n/).filter((line) => line !== '');
  const names = cellsOf(header);
  return rest.map((line) => Object.fromEntries(cellsOf(line).map((cell, i) => [names[i], cell])));
}
