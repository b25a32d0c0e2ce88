import { Option } from 'commander';
import { defaultConfigFile } from '../config/load.ts';

/** `--config FILE`, as every command takes it that needs a configuration. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration').default(defaultConfigFile);
}

/** `--json`, as every command takes it whose output is data. */
export function jsonOption(): Option {
  return new Option('--json', 'print JSON, for programs');
}
