import { main } from './cli/main.js';

// Whoever reads the output may leave, as `head` does; a run goes on, since its directory is what it is for.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2));
