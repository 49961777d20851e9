import { ConfigurationError } from './configuration-error.ts';
import { createApp } from './create-app.ts';

try {
  createApp().synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  // CDK synthesizes whatever stands when the process runs out of work; half a stack helps nobody.
  process.exit(1);
}
