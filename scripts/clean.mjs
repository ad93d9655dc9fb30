// A file deleted from src must not live on in the published dist.
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
