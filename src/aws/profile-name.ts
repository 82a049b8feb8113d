/**
 * A profile's name that a section header, a variable and a command line carry without any quoting
 * (AWS SDKs and Tools Reference Guide, "Shared config and credentials files").
 */
export const profileNamePattern = /^[A-Za-z0-9_.@+][A-Za-z0-9_.@+-]{0,63}$/;
