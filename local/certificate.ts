import { generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate, in DER by hand (RFC 5280): Node.js reads certificates, but does not make them. */

const der = (tag: number, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...content: Buffer[]): Buffer => der(0x30, ...content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('local')))));
const utcTime = (time: Date): Buffer =>
  der(
    0x17,
    Buffer.from(
      `${time
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2, 14)}Z`,
    ),
  );

/** PEM. */
interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For 127.0.0.1 and these host names; good for a day on either side. */
export const selfSigned = (...names: readonly string[]): Certificate => signedFor(Date.now(), names);

/** The same, of which the day after has passed. */
export const expiredCertificate = (...names: readonly string[]): Certificate =>
  signedFor(Date.now() - 2 * 86_400_000, names);

function signedFor(middle: number, names: readonly string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const day = 86_400_000;
  const validity = sequence(utcTime(new Date(middle - day)), utcTime(new Date(middle + day)));
  const hosts = names.map((name) => der(0x82, Buffer.from(name)));
  const address = sequence(der(0x87, Buffer.from([127, 0, 0, 1])), ...hosts);
  const extensions = sequence(sequence(oid('551d11'), der(0x04, address)));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    commonName,
    validity,
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', content, privateKey));
  const base64 = sequence(content, ecdsaWithSha256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  const cert = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, cert };
}
