#!/usr/bin/env node
// node tools/law-coverage.mjs [--check]: what became of each row of the catalogue of law, written
// to docs/reference/law-coverage.md from packs/catalogue.csv and the tables in packs/*/README.md.
// With --check nothing is written; what is wrong is said, and the exit code is 1.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

export const page = 'docs/reference/law-coverage.md';
const kinds = ['rule', 'record', 'out of scope'];

const lines = (file) => readFileSync(file, 'utf8').split('\n');

/** [{row, section}] in the order of the catalogue. */
function readCatalogue(root) {
  return lines(join(root, 'packs/catalogue.csv'))
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => {
      const [, row, section] = /^"?([^",]+)"?,"?([^"]*)"?$/.exec(line);
      return { row, section };
    });
}

const packsOf = (root) =>
  readdirSync(join(root, 'packs'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();

/** Every rule: id, aliases, title, status, pack and how many cases name it. */
function readRules(root) {
  const rules = [];
  for (const pack of packsOf(root)) {
    const folder = join(root, 'packs', pack, 'rules');
    for (const file of readdirSync(folder).sort()) {
      for (const text of readFileSync(join(folder, file), 'utf8').split(/^---$/m)) {
        const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1].trim() ?? '';
        const id = field('id');
        if (id === '') continue;
        const aliases = field('aliases').replace(/[[\]]/g, '').split(',').map((alias) => alias.trim());
        const title = field('title').replace(/^"(.*)"$/, '$1');
        rules.push({ id, names: [id, ...aliases.filter(Boolean)], title, status: field('status'), pack, file: `rules/${file}`, cases: 0 });
      }
    }
  }
  const byName = new Map(rules.flatMap((rule) => rule.names.map((name) => [name, rule])));
  for (const pack of packsOf(root)) {
    const folder = join(root, 'packs', pack, 'cases');
    for (const file of readdirSync(folder)) {
      for (const text of readFileSync(join(folder, file), 'utf8').split(/^---$/m)) {
        const named = new Set();
        for (const [, list] of text.matchAll(/because: ?\[([^\]]*)\]/g)) {
          for (const name of list.split(',')) named.add(byName.get(name.trim()));
        }
        for (const rule of named) if (rule) rule.cases += 1;
      }
    }
  }
  return { rules, byName };
}

/** What each pack's README says of each row. */
function readTables(root) {
  const said = [];
  for (const pack of packsOf(root)) {
    const file = join(root, 'packs', pack, 'README.md');
    if (!existsSync(file)) continue;
    for (const line of lines(file)) {
      const cells = line.split('|').slice(1, -1).map((cell) => cell.trim());
      if (cells.length !== 3 || cells[0] === 'row' || /^-+$/.test(cells[0])) continue;
      said.push({ row: cells[0], as: cells[1], where: cells[2], pack });
    }
  }
  return said;
}

/** The rule that a line of a README means: the one it names in brackets, else that of the row. */
function ruleOf(line, byName) {
  const bracket = [...line.where.matchAll(/\(([A-Za-z0-9./-]+)\)/g)].map((found) => found[1]);
  const names = [...bracket, line.row, ...line.row.split(/ ?[/,] ?/), line.row.replace(/ /g, '')];
  return names.map((name) => byName.get(name)).find((rule) => rule?.pack === line.pack);
}

export function coverage(root) {
  const problems = [];
  const catalogue = readCatalogue(root);
  const { rules, byName } = readRules(root);
  const byRow = new Map();
  for (const line of readTables(root)) {
    if (byRow.has(line.row)) problems.push(`${line.row} stands in ${byRow.get(line.row).pack} and in ${line.pack}`);
    if (!kinds.includes(line.as)) problems.push(`${line.row}: '${line.as}' is none of ${kinds.join(', ')}`);
    if (line.where === '') problems.push(`${line.row}: no place and no reason`);
    byRow.set(line.row, line);
  }
  const rows = [];
  for (const { row, section } of catalogue) {
    const line = byRow.get(row);
    byRow.delete(row);
    if (line === undefined) {
      problems.push(`${row} stands in no pack's README`);
      continue;
    }
    const rule = line.as === 'out of scope' ? undefined : ruleOf(line, byName);
    if (line.as !== 'out of scope' && rule === undefined) problems.push(`${row}: no rule of pack ${line.pack} has this id or alias`);
    for (const [file] of line.where.matchAll(/rules\/[\w.-]+\.yaml/g)) {
      if (!existsSync(join(root, 'packs', line.pack, file))) problems.push(`${row}: packs/${line.pack}/${file} does not exist`);
      else if (rule && !line.where.includes(rule.file)) problems.push(`${row}: ${rule.id} stands in ${rule.file}`);
    }
    rows.push({ row, section, as: line.as, where: line.where, pack: line.pack, rule });
  }
  for (const row of byRow.keys()) problems.push(`${row} is no row of the catalogue`);
  for (const rule of rules) if (rule.cases < 3) problems.push(`${rule.id} has ${rule.cases} cases, three are needed`);
  return { rows, rules, problems };
}

export function render({ rows, rules }) {
  const count = (kind) => rows.filter((row) => row.as === kind).length;
  const out = [
    '# What became of each row of the law',
    '',
    '<!-- Made by `node tools/law-coverage.mjs` from packs/catalogue.csv and packs/*/README.md. -->',
    '',
    `The catalogue of obligations has ${rows.length} rows. ${count('rule')} are decided by a **rule**, ${count('record')} are asked for as a`,
    '**record** or carried as a duty, which a person attests, and ' + `${count('out of scope')} are **out of scope**, with the reason. The packs`,
    `hold ${rules.length} rules, those beyond the catalogue included, and every one of them has at least three cases that name`,
    'it.',
  ];
  let section = null;
  for (const row of rows) {
    if (row.section !== section) {
      section = row.section;
      out.push('', `## ${section.replace(/^[\d.]+ /, '').replace(/ \(.*\)$/, '')}`, '', '| row | as | what | pack | cases |', '|---|---|---|---|---|');
    }
    const bill = row.rule?.status === 'bill' ? ' (a bill: it decides nothing yet)' : '';
    const what = row.rule ? `${row.rule.title}${bill}` : row.where;
    const id = row.rule && row.rule.id !== row.row ? ` as \`${row.rule.id}\`` : '';
    out.push(`| ${row.row} | ${row.as}${id} | ${what} | \`${row.pack}\` | ${row.rule ? row.rule.cases : ''} |`);
  }
  return `${out.join('\n')}\n`;
}

if (argv[1] && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const found = coverage(root);
  const text = render(found);
  const target = join(root, page);
  if (argv[2] !== '--check') writeFileSync(target, text);
  else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) found.problems.push(`${page} is not what the packs say: run node tools/law-coverage.mjs`);
  for (const problem of found.problems) console.error(problem);
  exit(found.problems.length === 0 ? 0 : 1);
}
