#!/usr/bin/env node
// node tools/law-parameters.mjs [--check]: the numbers of the law, written to
// docs/reference/law-parameters.md from packs/*/params.csv and packs/parameters.csv, the list of
// what had to be carried. With --check nothing is written; what is wrong is said, exit code 1.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { readCsv } from './csv.mjs';

export const page = 'docs/reference/law-parameters.md';

const packsOf = (root) =>
  readdirSync(join(root, 'packs'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** The names that rules of the pack refer to. */
function namedIn(root, pack) {
  const folder = join(root, 'packs', pack, 'rules');
  const names = new Set();
  for (const file of readdirSync(folder)) {
    for (const [, name] of readFileSync(join(folder, file), 'utf8').matchAll(/\{param: ([a-z][a-z0-9_.]*\.[a-z0-9_]+)\}/g)) names.add(name);
  }
  return names;
}

/** Numbers that stand in a rule itself where a parameter could stand. */
function literalsIn(root, pack) {
  const folder = join(root, 'packs', pack, 'rules');
  const found = [];
  for (const file of readdirSync(folder)) {
    readFileSync(join(folder, file), 'utf8').split('\n').forEach((line, i) => {
      if (/\b(value|to|max_age_days|min_age_days): \d+\s*(?=[,}]|$)/.test(line)) found.push(`packs/${pack}/rules/${file}:${i + 1}`);
    });
  }
  return found;
}

export function parameters(root) {
  const problems = [];
  const packs = [];
  const known = new Map();
  const literals = [];
  for (const pack of packsOf(root)) {
    literals.push(...literalsIn(root, pack));
    const file = join(root, 'packs', pack, 'params.csv');
    if (!existsSync(file)) continue;
    const named = namedIn(root, pack);
    const title = /^title: (.*)$/m.exec(readFileSync(join(root, 'packs', pack, 'pack.yaml'), 'utf8'))[1];
    const rows = readCsv(file).map((row) => ({ ...row, pack, named: named.has(row.name), claimed: false }));
    for (const row of rows) known.set(`${pack}:${row.name}`, row);
    packs.push({ pack, title, rows });
  }
  const sheet = readCsv(join(root, 'packs/parameters.csv'));
  const seen = new Set();
  for (const { row, section, carried, reason } of sheet) {
    if (seen.has(`${section}/${row}`)) problems.push(`${section}: ${row} stands twice`);
    seen.add(`${section}/${row}`);
    if (carried === '' && reason.length < 10) problems.push(`${section}: ${row} is not carried and does not say why`);
    for (const name of carried.split(' ').filter(Boolean)) {
      if (!known.has(name)) problems.push(`${section}: ${row} should be carried as ${name}, which no pack has`);
      else known.get(name).claimed = true;
    }
  }
  for (const [name, row] of known) if (!row.claimed) problems.push(`${name} answers to no row of packs/parameters.csv`);
  return { packs, sheet, literals, problems };
}

const units = { business_days: 'business days', per_day: 'per day', count: '', date: '' };

/** "72 hours", "1 month", "0.5 per day", "500". */
export function words(value, unit) {
  const name = units[unit] ?? unit;
  const singular = value === '1' && name.endsWith('s') ? name.slice(0, -1) : name;
  return `${value} ${singular}`.trim();
}

export function render({ packs, sheet, literals }) {
  const total = packs.reduce((sum, { rows }) => sum + rows.length, 0);
  const left = sheet.filter(({ carried }) => carried === '');
  const out = [
    '# The numbers of the law',
    '',
    '<!-- Made by `node tools/law-parameters.mjs` from packs/*/params.csv and packs/parameters.csv. -->',
    '',
    `${total} numbers in ${packs.length} packs. A number with an asterisk is named by a rule, which decides with it; the others are`,
    'there for people and for what the software shows. How they are written: [rules.md](rules.md), "Parameters". `proviso law',
    'params` prints those for a place.',
    '',
    literals.length === 0
      ? 'No rule has a cap, a floor or an age as a number of its own.'
      : `Rules still with a number of their own: ${literals.length}.`,
  ];
  for (const { pack, title, rows } of packs) {
    out.push('', `## ${title.replace(/^"(.*)"$/, '$1')} (\`${pack}\`)`, '', '| parameter | value | kind | source | confidence | note |', '|---|---|---|---|---|---|');
    for (const row of [...rows].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const dates = [row.from && `from ${row.from}`, row.to && `until ${row.to}`].filter(Boolean).join(' ');
      const note = [dates, row.note].filter(Boolean).join('; ');
      out.push(`| ${row.name}${row.named ? ' \\*' : ''} | ${words(row.value, row.unit)} | ${row.kind.replace('_', ' ')} | ${row.source} | ${row.confidence} | ${note} |`);
    }
  }
  out.push('', '## Not carried', '', 'What the sheet of parameters has and no table here.', '', '| row | why |', '|---|---|');
  for (const { row, section, reason } of left) out.push(`| ${section.replace(/^[\d.]+ /, '')}: ${row} | ${reason} |`);
  return `${out.join('\n')}\n`;
}

if (argv[1] && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const found = parameters(root);
  const text = render(found);
  const target = join(root, page);
  if (argv[2] !== '--check') writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) found.problems.push(`${page} is not what the packs say: run node tools/law-parameters.mjs`);
  for (const problem of found.problems) console.error(problem);
  exit(found.problems.length === 0 ? 0 : 1);
}
