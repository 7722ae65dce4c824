/** What a shell takes as it stands. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** The command line as one could type it again. @param args - without node and script */
export function commandLine(args: readonly string[]): string {
  const quoted = args.map((arg) => (PLAIN.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`));
  return ['espalier', ...quoted].join(' ');
}
