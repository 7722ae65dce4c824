import type { CommandWords, OptionWords, Vocabulary } from './vocabulary.js';

/** A completion script for fish. */
export function fishScript(vocabulary: Vocabulary): string {
  const names = vocabulary.map(({ name }) => name).join(' ');
  return `# Completion of espalier for fish.
complete -c espalier -n __fish_use_subcommand -f -a help -d 'show what a command takes'
complete -c espalier -n '__fish_seen_subcommand_from help' -f -a '${names}'
${vocabulary.flatMap(commandLines).join('\n')}
`;
}

function commandLines({ name, description, options, values }: CommandWords): string[] {
  const seen = `-n '__fish_seen_subcommand_from ${name}'`;
  return [
    `complete -c espalier -n __fish_use_subcommand -f -a ${name} -d ${quote(description)}`,
    ...(values.length === 0 ? [] : [`complete -c espalier ${seen} -f -a '${values.join(' ')}'`]),
    ...options.map((option) => `complete -c espalier ${seen} ${optionWords(option)}`),
  ];
}

function optionWords({ flags, description, takesValue, values }: OptionWords): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  // -x takes one of the values, -r also a file.
  const value = values.length > 0 ? [`-x -a '${values.join(' ')}'`] : takesValue ? ['-r'] : [];
  return [...names, ...value, `-d ${quote(description)}`].join(' ');
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
