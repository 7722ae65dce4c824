import type { CommandWords, OptionWords, Vocabulary } from './vocabulary.js';

/** A completion script for zsh. */
export function zshScript(vocabulary: Vocabulary): string {
  const commands = vocabulary.map(
    ({ name, description }) => `    ${quote(`${name}:${description.replaceAll(':', '\\:')}`)}`,
  );
  return `#compdef espalier
# Completion of espalier for zsh.
_espalier() {
  local -a commands
  commands=(
${commands.join('\n')}
    'help:show what a command takes'
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
    help) _describe -t commands command commands ;;
${vocabulary.map(commandCase).join('\n')}
  esac
}
# As a file of $fpath this is the body of the function; otherwise it only defines it.
if [[ $funcstack[1] == _espalier ]]; then
  _espalier "$@"
else
  compdef _espalier espalier
fi
`;
}

function commandCase({ name, options, values }: CommandWords): string {
  const argument = values.length === 0 ? '*:file:_files' : `1:${name}:(${values.join(' ')})`;
  const specifications = [...options.flatMap(specificationsOf), quote(argument)];
  return `    ${name})
      _arguments ${specifications.join(' \\\n        ')}
      ;;`;
}

function specificationsOf({ flags, description, takesValue, repeats, values }: OptionWords): string[] {
  const exclusive = repeats ? '*' : `(${flags.join(' ')})`;
  const text = description.replace(/[[\]:\\]/g, '\\$&');
  const action = values.length === 0 ? '_files' : `(${values.join(' ')})`;
  return flags.map((flag) => quote(`${exclusive}${flag}[${text}]${takesValue ? `:value:${action}` : ''}`));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
