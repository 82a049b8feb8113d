export const id=935;export const ids=[935];export const modules={2935:(t,a,n)=>{n.r(a),n.d(a,{summarizeChain:()=>p,summarizeFailure:()=>i});var e=n(143),o=n(9373),s=n(9983),r=n(298);async function i({title:t,message:a,parts:n}){await $(`### ${(0,s.pj)(t)}

${(0,s.pj)(a)}

${(0,s.wD)(n)}`)}async function p(t,a){let n=["| hop | account | role | session | expires |","| --- | --- | --- | --- | --- |",...t.hops.map(({accountId:t,roleArn:a,sessionName:n,expiration:e},r)=>{let i=a.split("/").at(-1)??a;return`| ${r+1} | ${(0,s.Hn)(t)} | ${(0,s.Hn)(i)} | ${(0,s.Hn)(n)} | ${(0,o.L)(e)} |`})].join("\n");await $(`### Assumed ${(0,s.pj)(t.assumedRoleArn)}

${function({hops:t},a){let n=t.map(({roleArn:t,accountId:a},n)=>{let e=t.split("/").at(-1)??t;return`  hop${n+1}["${e}<br/>${a}"]`}),e=t.map((t,a)=>`  ${0===a?"base":`hop${a}`} --\x3e hop${a+1}`);return["```mermaid","flowchart LR",`  base(["${a}"])`,...n,...e,"```"].join("\n")}(t,a)}

${n}`)}async function $(t){try{await e.z.addRaw((0,r.pc)(t),!0).write()}catch{}}}};