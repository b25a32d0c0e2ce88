import { Option } from 'commander';

/** Where the configuration is looked for unless `--config` says otherwise. */
const defaultConfigFile = '/etc/allo-agent/config.yaml';

/** `--config FILE`, as every command takes it that needs a configuration. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration').default(defaultConfigFile);
}

/** `--json`, as every command takes it whose output is data. */
export function jsonOption(): Option {
  return new Option('--json', 'print JSON, for programs');
}
