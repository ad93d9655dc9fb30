// Deletes the build output, so that a file deleted from src is not published.
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
