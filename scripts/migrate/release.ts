import { defaultName, type Action } from './pins.ts';

/** The release that this script belongs to. The build of the single file replaces the text; in a clone it is unknown. */
const built = 'RELEASE OF THIS SCRIPT';

/** What steps use unless `--action` names something else. */
export function ownAction(text: string = built): Action {
  const [, version, commit] = /^(v\d+\.\d+\.\d+) ([\da-f]{40})$/.exec(text) ?? [];
  const release = version === undefined || commit === undefined ? undefined : { version, commit };
  return { name: defaultName, major: version?.split('.')[0] ?? 'v1', release, fixed: undefined };
}
