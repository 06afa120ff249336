// The table of what became of the law is whole, true and up to date.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { coverage, page, render } from '../../tools/law-coverage.mjs';

const found = coverage('.');

test('every row of the catalogue stands once, and what decides it exists', () => {
  assert.deepEqual(found.problems, []);
  assert.equal(found.rows.length, new Set(found.rows.map((row) => row.row)).size);
});

test('what is not decided says why', () => {
  const silent = found.rows.filter((row) => row.as === 'out of scope' && row.where.length < 20);
  assert.deepEqual(silent, []);
});

test('every rule of every pack has at least three cases that name it', () => {
  assert.deepEqual(found.rules.filter((rule) => rule.cases < 3).map((rule) => rule.id), []);
  assert.ok(found.rules.length > 200);
});

test('the table is what the packs say', () => {
  assert.equal(readFileSync(page, 'utf8'), render(found), 'run node tools/law-coverage.mjs');
});

test('a row that is lost, doubled or points nowhere is noticed', () => {
  const [first] = found.rows;
  assert.notEqual(render({ ...found, rows: found.rows.slice(1) }), render(found));
  assert.notEqual(render({ ...found, rows: [{ ...first, as: 'out of scope' }, ...found.rows.slice(1)] }), render(found));
});

test('packs/README.md names every pack', () => {
  const text = readFileSync('packs/README.md', 'utf8');
  const packs = new Set(found.rules.map((rule) => rule.pack));
  assert.deepEqual([...packs].filter((pack) => !text.includes(`\`${pack}\``)), []);
});
