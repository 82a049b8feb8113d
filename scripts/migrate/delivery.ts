import { shown, type Draft } from './draft.ts';
import { theirInputs } from './inputs.ts';

/** What the job gets from a step, and the variables that the step itself needs. */

export function settleDelivery(draft: Draft): void {
  settleProfile(draft);
  settleRegion(draft);
  settleProxies(draft);
}

function settleProfile(draft: Draft): void {
  if (draft.value('aws-profile').kind === 'absent') return;
  draft.notes.push(
    'The profile renews its credentials. It is not written to ~/.aws: later steps find it through AWS_CONFIG_FILE, and AWS_PROFILE names it.',
  );
  if (draft.isOn('overwrite-aws-profile') !== false)
    draft.decisions.push(
      'overwrite-aws-profile was left out. This action never changes ~/.aws, and refuses a profile name that is used there. If ~/.aws on the runner has this profile, choose another name.',
    );
  const both = draft.isOn('output-env-credentials');
  if (both === false) return;
  draft.remove('output-env-credentials', 'export-env');
  const subject =
    both === true
      ? 'output-env-credentials was left out:'
      : 'output-env-credentials was left out. Where it is true,';
  draft.decisions.push(
    `${subject} exported keys would take precedence over the profile. If steps need the keys, use this action a second time without profile.`,
  );
}

/**
 * Without exported keys, the other action exports no region either. Here, a region that is an input is exported. The
 * variable is used for the request alone.
 */
function settleRegion(draft: Draft): void {
  const region = draft.value('aws-region');
  const exported = draft.value('output-env-credentials');
  if (region.kind === 'absent' || exported.kind !== 'known' || draft.isOn('output-env-credentials') !== false)
    return;
  if (draft.value('aws-profile').kind !== 'absent' || draft.theirs.hasVariables || draft.modern) return;
  draft.remove('aws-region', 'region');
  if (draft.theirs.variableOf('aws-region') === undefined)
    draft.variables.set('AWS_REGION', region.text.trim());
}

/** The other action uses HTTP_PROXY for https too. Here, as in most programs, https needs HTTPS_PROXY. */
function settleProxies(draft: Draft): void {
  for (const name of ['http-proxy', 'no-proxy']) {
    const value = draft.value(name);
    const variable = theirInputs[name]?.variable;
    if (value.kind === 'absent' || variable === undefined) continue;
    draft.variables.set(variable, value.text.trim());
    if (value.kind === 'open' && value.mayBeEmpty)
      draft.notes.push(
        `${shown(value)} may be empty, and then ${variable} is empty in this step. If the runner itself sets ${variable}, remove it from the env: of this step.`,
      );
  }
  const seen = (name: string): boolean => draft.theirs.sees(name);
  if (draft.variables.has('HTTPS_PROXY') || seen('HTTPS_PROXY') || !seen('HTTP_PROXY')) return;
  // A step's own variables cannot read each other.
  draft.variables.set('HTTPS_PROXY', draft.theirs.ownVariable('HTTP_PROXY') ?? '${{ env.HTTP_PROXY }}');
}
