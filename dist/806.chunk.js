export const id=806;export const ids=[806];export const modules={9806:(function(e,o,t){t.r(o),t.d(o,{help:()=>n});let n=`Usage: assume-role-chain SUBCOMMAND [OPTIONS]

Use the profiles of this job where a tool cannot use a profile itself.

  exec [--profile NAME] -- COMMAND [ARGUMENTS]
      Run a command with the profile's keys and region in its environment, and no profile.
      The exit code is the command's: 127 if it is not found, 126 if it cannot be executed, 128+n if signal n ended it.

  env [--profile NAME] [--format export|dotenv|json|powershell]
      Mask the keys in the log, then print them. The default format is export: eval "$(assume-role-chain env)"

  each [--parallel N] [--keep-going] [--profiles A,B] -- COMMAND [ARGUMENTS]
      Run a command once per account, with AWS_PROFILE, keys and region of the account.
      --parallel N     Run up to N commands at once (1 to 64, default 1).
      --keep-going     Go on with the other accounts when one fails.
      --profiles A,B   Run for these profiles. The default is every account of a list, or else every profile.

  status [--json]
      Show each profile: identity, region, expiry, and the last failure.

  release
      Destroy the credentials now, and blank their variables for later steps.

  --help, --version

Without --profile, the profile is the only one of the job, or the one that AWS_PROFILE names.
Exit codes: 2 for a mistake in the command line; 125 if exec has no credentials; 128+n if signal n ended it; 1 for other failures.
`})};