export const id=974;export const ids=[974];export const modules={5974:(e,s,o)=>{o.r(s),o.d(s,{command:()=>r});let t=`Usage: assume-role-chain --help | --version
`;function r(e){let[s]=e;return 1===e.length&&"--version"===s?process.stdout.write(`0.1.0
`):1===e.length&&"--help"===s?process.stdout.write(t):(process.stderr.write(t),process.exitCode=1),Promise.resolve()}}};