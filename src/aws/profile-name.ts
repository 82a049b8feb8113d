/**
 * A profile's name that a section header, a variable and a command line carry without any quoting
 * (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"). The AWS SDK for JavaScript reads no file
 * at all that has a profile `__proto__` (@smithy/shared-ini-file-loader, parseIni).
 */
export const profileNamePattern = /^(?!__proto__$)[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]{0,63}$/;
