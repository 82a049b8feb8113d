export const id=1;export const ids=[1];export const modules={1001:(function(e,n,t){t.d(n,{summarizeAccounts:()=>c,summarizeChain:()=>r,summarizeReuse:()=>u});var o=t(6269),i=t(7505),a=t(6590),l=t(7466);async function r(e,n,t){let r=e.hops.map(({accountId:e,roleArn:n,sessionName:t,expiration:o},i)=>{let r=n.split("/").at(-1)??n;return[String(i+1),(0,a.Hn)(e),(0,a.Hn)(r),(0,a.Hn)(t),(0,l.L)(o)]});await (0,i.f)(`### Assumed ${(0,a.pj)(e.assumedRoleArn)}

${s(t)}

${function({hops:e},n){let t=e.map(({roleArn:e,accountId:n},t)=>{let o=e.split("/").at(-1)??e;return`  hop${t+1}["${o}<br/>${n}"]`}),i=e.map((e,n)=>`  ${0===n?"base":`hop${n}`} --\x3e hop${n+1}`),a=o.Tj[n].label;return["```mermaid","flowchart LR",`  base(["${a}"])`,...t,...i,"```"].join("\n")}(e,n)}

${(0,a.tp)(["hop","account","role","session","expires"],r)}`)}async function c(e,n){let t=e.map(({name:e,session:n})=>[...[e,n.accountId,n.assumedRoleArn].map(a.Hn),(0,l.L)(n.expiration)]);await (0,i.f)(`### Assumed a role in ${e.length} ${1===e.length?"account":"accounts"}

${s(n)}

${(0,a.cg)(["profile","account","role","expires"],t)}`)}async function u(e,n,t){await (0,i.f)(`### Reused ${(0,a.pj)(e)}

${s({step:t,source:n})}`)}function s({step:e,profile:n,source:t}){let o=void 0===n?"":`Profile: ${(0,a.Hn)(n)}.`;return[(0,a.l6)(e),o,(0,a.pj)(t)].filter(e=>""!==e).join(" ")}}),7505:(function(e,n,t){t.d(n,{f:()=>i});var o=t(3326);async function i(e){try{let{writeSummary:n}=await t.e(977).then(t.bind(t,5077));await n((0,o.E$)(e))}catch{}}}),6590:(function(e,n,t){function o(e){return e.replace(/[\\`*_{}[\]<>|~#]/g,e=>`&#${e.charCodeAt(0)};`)}function i(e){return`<code>${o(e)}</code>`}function a(e){let n=e.split("`");return n.length%2==0?o(e):n.map((e,n)=>n%2==0?o(e):i(e)).join("")}function l(e,n){let t=0,o=n.filter(e=>(t+=Buffer.byteLength(e.join(" | "))+5)<=12e4),i=n.length-o.length;return c(e,o)+(i>0?`

The log of the step lists ${i} more.`:"")}t.d(n,{CS:()=>a,Hn:()=>i,cg:()=>l,l6:()=>r,pj:()=>o,tp:()=>c});let r=e=>""===e?"":`Step: ${i(e)}.`;function c(e,n){let t=e=>`| ${e.join(" | ")} |`;return[t(e),t(e.map(()=>"---")),...n.map(t)].join("\n")}})};