export const id=1;export const ids=[1];export const modules={1001:(function(e,n,t){t.d(n,{summarizeAccounts:()=>c,summarizeChain:()=>s,summarizeReuse:()=>u});var o=t(6269),a=t(7505),i=t(6590),r=t(7466);let l=e=>e.split("/").at(-1)??e;async function s(e,n,t){let s=e.hops.map(({accountId:e,roleArn:n,sessionName:t,expiration:o},a)=>[String(a+1),...[e,l(n),t].map(i.Hn),(0,r.L)(o)]);await (0,a.f)(`### Assumed ${(0,i.pj)(e.assumedRoleArn)}

${p(t)}

${function({hops:e},n){let t=e.map(({roleArn:e,accountId:n},t)=>`  hop${t+1}["${l(e)}<br/>${n}"]`),a=e.map((e,n)=>`  ${0===n?"base":`hop${n}`} --\x3e hop${n+1}`),i=o.Tj[n].label;return["```mermaid","flowchart LR",`  base(["${i}"])`,...t,...a,"```"].join("\n")}(e,n)}

${(0,i.tp)(["hop","account","role","session","expires"],s)}`)}async function c(e,n){let t=e.map(({name:e,session:n})=>[...[e,n.accountId,l(n.hops.at(-1)?.roleArn??n.assumedRoleArn)].map(i.Hn),(0,r.L)(n.expiration)]);await (0,a.f)(`### Assumed a role in ${e.length} ${1===e.length?"account":"accounts"}

${p(n)}

${(0,i.cg)(["profile","account","role","expires"],t)}`)}async function u(e,n,t){await (0,a.f)(`### Reused ${(0,i.pj)(e)}

${p({step:t,source:n})}`)}function p({step:e,profile:n,source:t}){let o=void 0===n?"":`Profile: ${(0,i.Hn)(n)}.`;return[(0,i.l6)(e),o,(0,i.pj)(t)].filter(e=>""!==e).join(" ")}}),7505:(function(e,n,t){t.d(n,{f:()=>a});var o=t(3326);async function a(e){try{let{writeSummary:n}=await t.e(977).then(t.bind(t,5077));await n((0,o.E$)(e))}catch{}}}),6590:(function(e,n,t){function o(e){return e.replace(/[\\`*_{}[\]<>|~#]/g,e=>`&#${e.charCodeAt(0)};`)}function a(e){return`<code>${o(e)}</code>`}function i(e){let n=e.split("`");return n.length%2==0?o(e):n.map((e,n)=>n%2==0?o(e):a(e)).join("")}function r(e,n){let t=0,o=n.filter(e=>(t+=Buffer.byteLength(e.join(" | "))+5)<=12e4),a=n.length-o.length;return s(e,o)+(a>0?`

The log of the step lists ${a} more.`:"")}t.d(n,{CS:()=>i,Hn:()=>a,cg:()=>r,l6:()=>l,pj:()=>o,tp:()=>s});let l=e=>""===e?"":`Step: ${a(e)}.`;function s(e,n){let t=e=>`| ${e.join(" | ")} |`;return[t(e),t(e.map(()=>"---")),...n.map(t)].join("\n")}})};