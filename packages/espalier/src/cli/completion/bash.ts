import type { CommandWords, Vocabulary } from './vocabulary.js';

/** A completion script for bash. */
export function bashScript(vocabulary: Vocabulary): string {
  const values = vocabulary.flatMap(valueCases);
  const words = vocabulary.map(({ name, options, values: argument }) => {
    const flags = options.flatMap((option) => option.flags).join(' ');
    const known = argument.length === 0 ? '' : ` words='${argument.join(' ')}'`;
    return `    ${name}) flags='${flags}'${known} ;;`;
  });
  return `# Completion of espalier for bash.
_espalier() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command=\${COMP_WORDS[1]} flags='' words=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${vocabulary.map(({ name }) => name).join(' ')} help --version --help' -- "$current"))
    return
  fi
  # In --method=rigl the equals sign is a word of its own.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  case $command:$previous in
${values.join('\n')}
  esac
  if [[ -z $words ]]; then
    case $command in
    help) words='${vocabulary.map(({ name }) => name).join(' ')}' ;;
${words.join('\n')}
    esac
    if [[ $current == -* ]]; then words=$flags; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
# Where nothing is known, files are offered.
complete -o bashdefault -o default -F _espalier espalier
`;
}

function valueCases({ name, options }: CommandWords): string[] {
  return options
    .filter(({ values }) => values.length > 0)
    .map(({ flags, values }) => {
      const pattern = flags.map((flag) => `${name}:${flag}`).join('|');
      return `    ${pattern}) words='${values.join(' ')}' ;;`;
    });
}
