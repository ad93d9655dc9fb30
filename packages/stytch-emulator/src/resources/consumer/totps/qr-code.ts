import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'uqr';

const pixelsPerModule = 4;
const quietZoneModules = 4;

/** A QR code as a data URL, in the format of Stytch's documentation. */
export function qrCode(text: string): string {
  const { data } = encode(text, { border: quietZoneModules });
  const rows = data.map((row) =>
    Buffer.from(row.flatMap((isDark) => new Array<number>(pixelsPerModule).fill(isDark ? 0 : 255))),
  );
  const png = grayscalePng(rows.flatMap((row) => new Array<Buffer>(pixelsPerModule).fill(row)));
  return `data:image/png;base64, ${png.toString('base64')}`;
}

/** A PNG (w3.org/TR/png) from rows of pixels: one byte each, from black (0) to white (255). */
function grayscalePng(rows: Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(rows[0]?.length ?? 0, 0);
  header.writeUInt32BE(rows.length, 4);
  header.writeUInt8(8, 8); // bits per pixel; the color type 0 is grayscale
  const noFilter = Buffer.of(0);
  const pixels = Buffer.concat(rows.flatMap((row) => [noFilter, row]));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  const checksum = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, checksum]);
}
