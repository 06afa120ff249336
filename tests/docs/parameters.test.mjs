// The numbers of the law are carried whole, named by the rules, and shown as they are.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { page, parameters, render, words } from '../../tools/law-parameters.mjs';

const found = parameters('.');

test('every row of the sheet of parameters is carried or says why not, and every parameter answers to a row', () => {
  assert.deepEqual(found.problems, []);
  assert.ok(found.sheet.length > 100);
  assert.ok(found.packs.length >= 40);
});

test('no rule has a cap, a floor or an age as a number of its own', () => {
  assert.deepEqual(found.literals, [], 'give the number a row in params.csv of the pack and write {param: name}');
});

test('a cap, a floor or a relaxed limit that a pack states is one that a rule decides with', () => {
  // Those that bind people or products, or a sector the facts do not tell apart.
  const told = /^(watch_list|accuracy|attestation|dpia|log\.(incident|risk|pia|dpia)|retention\.footage\.cannabis)/;
  const idle = found.packs.flatMap(({ rows }) => rows).filter((row) => /\.(cap|floor|cap_with_\w+)$/.test(row.name) && !row.named && !told.test(row.name));
  assert.deepEqual(idle.map((row) => `${row.pack}:${row.name}`), []);
});

test('the page is what the packs say', () => {
  assert.equal(readFileSync(page, 'utf8'), render(found), 'run node tools/law-parameters.mjs');
});

test('numbers read like a sentence', () => {
  assert.equal(words('72', 'hours'), '72 hours');
  assert.equal(words('1', 'months'), '1 month');
  assert.equal(words('10', 'business_days'), '10 business days');
  assert.equal(words('500', 'count'), '500');
});
