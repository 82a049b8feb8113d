export const id=935;export const ids=[935];export const modules={2935:(n,a,t)=>{t.r(a),t.d(a,{summarizeAccounts:()=>p,summarizeChain:()=>c,summarizeFailure:()=>r});var e=t(143),o=t(9373),i=t(9983),s=t(298);async function r({title:n,message:a,parts:t}){await $(`### ${(0,i.pj)(n)}

${(0,i.pj)(a)}

${(0,i.wD)(t)}`)}async function c(n,a){let t=["| hop | account | role | session | expires |","| --- | --- | --- | --- | --- |",...n.hops.map(({accountId:n,roleArn:a,sessionName:t,expiration:e},s)=>{let r=a.split("/").at(-1)??a;return`| ${s+1} | ${(0,i.Hn)(n)} | ${(0,i.Hn)(r)} | ${(0,i.Hn)(t)} | ${(0,o.L)(e)} |`})].join("\n");await $(`### Assumed ${(0,i.pj)(n.assumedRoleArn)}

${function({hops:n},a){let t=n.map(({roleArn:n,accountId:a},t)=>{let e=n.split("/").at(-1)??n;return`  hop${t+1}["${e}<br/>${a}"]`}),e=n.map((n,a)=>`  ${0===a?"base":`hop${a}`} --\x3e hop${a+1}`);return["```mermaid","flowchart LR",`  base(["${a}"])`,...t,...e,"```"].join("\n")}(n,a)}

${t}`)}async function p(n){let a=["| profile | account | role | expires |","| --- | --- | --- | --- |",...n.map(({name:n,session:a})=>`| ${[n,a.accountId,a.assumedRoleArn].map(i.Hn).join(" | ")} | ${(0,o.L)(a.expiration)} |`)].join("\n");await $(`### Entered ${n.length} accounts

${a}`)}async function $(n){try{await e.z.addRaw((0,s.p)(n),!0).write()}catch{}}}};