// What the documents say can be checked: links resolve, and commands they name exist.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';

const pages = execFileSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).trim().split('\n');
const bin = process.env.PROVISO_BIN ?? 'build/dev/bin';

test('every relative link leads somewhere', () => {
  const broken = [];
  for (const page of pages) {
    for (const [, target] of readFileSync(page, 'utf8').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|mailto:|#)/.test(target)) continue;
      const path = join(dirname(page), target.split('#')[0]);
      if (!existsSync(path)) broken.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});

test('every `make` target and `proviso` command that a page names exists', () => {
  const targets = new Set([...readFileSync('Makefile', 'utf8').matchAll(/^([a-z-]+(?: [a-z-]+)*):/gm)].flatMap((found) => found[1].split(' ')));
  const wrong = [];
  for (const page of pages) {
    const text = readFileSync(page, 'utf8');
    for (const [, name] of text.matchAll(/`make ([a-z-]+)/g)) {
      if (!targets.has(name)) wrong.push(`${page}: make ${name}`);
    }
    for (const [, words] of text.matchAll(/(?:^|`)proviso ((?:[a-z-]+ ?){1,2})/gm)) {
      const [first, second] = words.trim().split(' ');
      const nested = ['law', 'ledger', 'models', 'user', 'worker'].includes(first);
      const command = nested && second ? [first, second] : [first];
      try {
        execFileSync(`${bin}/proviso`, [...command, '--help'], { stdio: 'pipe' });
      } catch {
        wrong.push(`${page}: proviso ${command.join(' ')}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('the demo as README tells it gives the files that README names', () => {
  for (const path of ['tools/demo', 'packaging/proviso.yaml', 'examples/demo/sites.yaml']) assert.ok(existsSync(path), path);
});
