// Made-up files that show or sound: patterns and tones, never a picture of anything.
import { crc32, deflateSync } from 'node:zlib';

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const END = chunk('IEND', Buffer.alloc(0));

function header(width, height) {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  bytes[8] = 8;
  return chunk('IHDR', bytes);
}

/** A grey PNG whose pixels `light` says. */
export function png(side, light) {
  const rows = Array.from({ length: side }, (_, y) =>
    Buffer.from([0, ...Array.from({ length: side }, (_, x) => light(x, y))]),
  );
  return Buffer.concat([MAGIC, header(side, side), chunk('IDAT', deflateSync(Buffer.concat(rows))), END]);
}

/** A PNG that announces a size, and has nothing of it. */
export const hollow = (width, height) => Buffer.concat([MAGIC, header(width, height), END]);

/** A chessboard of 64 by 64 pixels. */
export const chessboard = () => png(64, (x, y) => (((x >> 3) ^ (y >> 3)) & 1 ? 255 : 0));

/** A second of a tone, as WAV. */
export function tone() {
  const samples = Buffer.from(Array.from({ length: 8000 }, (_, at) => 128 + Math.round(60 * Math.sin(at / 3))));
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + samples.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(8000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(samples.length, 40);
  return Buffer.concat([head, samples]);
}

/** What a camera writes of itself and of the place, as Exif 2.32 in a segment of JPEG. */
function exif() {
  const ascii = (text) => Buffer.from(`${text}\0`, 'latin1');
  const number = (value, bytes) => {
    const out = Buffer.alloc(bytes);
    out.writeUIntLE(value, 0, bytes);
    return out;
  };
  const degrees = (...parts) => Buffer.concat(parts.flatMap((part) => [number(part, 4), number(1, 4)]));
  const directory = (at, entries) => {
    let behind = at + 6 + 12 * entries.length;
    const heads = [number(entries.length, 2)];
    const values = [];
    for (const [tag, kind, count, value] of entries) {
      heads.push(number(tag, 2), number(kind, 2), number(count, 4));
      if (value.length <= 4) heads.push(Buffer.concat([value, Buffer.alloc(4 - value.length)]));
      else {
        heads.push(number(behind, 4));
        values.push(value);
        behind += value.length;
      }
    }
    return Buffer.concat([...heads, number(0, 4), ...values]);
  };
  const camera = (gps) => [
    [0x010f, 2, 9, ascii('Pitchcam')],
    [0x0110, 2, 8, ascii('Model 5')],
    [0x8825, 4, 1, number(gps, 4)],
  ];
  const gpsAt = 8 + directory(8, camera(0)).length;
  const place = [
    [1, 2, 2, ascii('N')],
    [2, 5, 3, degrees(51, 30, 0)],
    [3, 2, 2, ascii('W')],
    [4, 5, 3, degrees(0, 7, 0)],
  ];
  const tiff = Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), directory(8, camera(gpsAt)), directory(gpsAt, place)]);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** A JPEG of a pattern, as the browser of a page writes it; `telling` where and with what it was made. */
export async function jpeg(page, telling) {
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [96, 64];
    const context = canvas.getContext('2d');
    for (let x = 0; x < 96; x += 8) {
      context.fillStyle = `hsl(${x * 3} 60% 50%)`;
      context.fillRect(x, x % 24, 8, 64);
    }
    return canvas.toDataURL('image/jpeg').split(',')[1];
  });
  const bytes = Buffer.from(base64, 'base64');
  return telling ? Buffer.concat([bytes.subarray(0, 2), exif(), bytes.subarray(2)]) : bytes;
}

/** A PDF that names whoever wrote it. */
export const signedPdf = () =>
  Buffer.from(
    '%PDF-1.4\n1 0 obj\n<</Author(Ann Heron)/Producer(Fixture list)>>\nendobj\n2 0 obj\n<</Type/Catalog>>\nendobj\n' +
      'trailer\n<</Root 2 0 R/Info 1 0 R>>\nstartxref\n0\n%%EOF\n',
    'latin1',
  );
