// The search itself must be able to fail: a canary wrapped in each way is found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';

import { found } from './canary.js';

const canary = 'plover-Σ 47 rides north';
const wraps = {
  plain: (b) => b,
  'in other bytes': (b) => Buffer.concat([Buffer.from([0, 255, 7]), b, Buffer.from('tail')]),
  'utf-16': () => Buffer.from(canary, 'utf16le'),
  hex: (b) => Buffer.from(b.toString('hex')),
  gzip: (b) => gzipSync(b),
  deflate: (b) => deflateRawSync(b),
  brotli: (b) => brotliCompressSync(b),
  base64: (b) => Buffer.from(b.toString('base64')),
  'base64url, one byte on': (b) => Buffer.from(`{"x":"${Buffer.concat([Buffer.from('.'), b]).toString('base64url')}"}`),
  'base64 of gzip': (b) => Buffer.from(`{"x":"${gzipSync(b).toString('base64')}"}`),
  'form encoding': () => Buffer.from(`a=1&b=${encodeURIComponent(canary).replaceAll('%20', '+')}`),
};

for (const [name, wrap] of Object.entries(wraps)) {
  test(`finds a canary: ${name}`, () => {
    assert.deepEqual(found(wrap(Buffer.from(canary)), [canary]), [canary]);
  });
}

test('finds nothing where there is nothing', () => {
  assert.deepEqual(found(gzipSync(Buffer.from('the match was rained off')), [canary]), []);
});
