// Tables whose entries say themselves what they are, to which documentation would add nothing.
import { BASE_RECIPE, ERROR_CODES } from './dist/index.js';

const entries = (name, table) => Object.keys(table).map((key) => `${name}.__type.${key}`);

export default {
  intentionallyNotDocumented: [
    ...entries('BASE_RECIPE', BASE_RECIPE),
    ...entries('ERROR_CODES', ERROR_CODES),
    'StrategyProvider.__type.useClass.__type',
    'ServiceDefinition.__type.useClass.__type',
  ],
};
