import { loadCommand } from './load-command.ts';

// The script reports any status but 0 and 3 itself.
loadCommand(__dirname, 'rewrite-before-start')
  .main(process.argv.slice(2))
  .then((status) => process.exit(status));
