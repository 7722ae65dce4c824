import pc from 'picocolors';

/** Colours for standard output; none where it is not a terminal, not even where the environment asks for some. */
export const colors = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);
