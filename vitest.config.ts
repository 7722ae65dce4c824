import { defineConfig } from 'vitest/config';

// Tests run on the sources: every package exports them under this condition.
const conditions = ['@espalier/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  test: {
    environment: 'node',
    // Vitest would leave a core to itself, which is half of a machine that has two.
    maxWorkers: '100%',
    include: [
      'packages/*/test/**/*.test.ts',
      'plugins/*/test/**/*.test.ts',
      'examples/test/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**', 'plugins/*/src/**'] },
  },
});
