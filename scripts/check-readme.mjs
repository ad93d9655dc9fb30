// Type-checks every ts block of the documents, so that what people copy compiles. Each block becomes a
// file that imports the package by its name, as an application does.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const documents = [
  'README.md',
  'SECURITY.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'packages/stytch-emulator/README.md',
];
const folder = '.readme-check';

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
let count = 0;
for (const document of documents.filter((name) => existsSync(name))) {
  const text = readFileSync(document, 'utf8');
  for (const match of text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, match.index).split('\n').length;
    writeFileSync(
      `${folder}/${document.replace('.md', '').replaceAll('/', '-')}-line-${line}.ts`,
      `${match[1]}\nexport {};\n`,
    );
    count += 1;
  }
}
writeFileSync(
  `${folder}/tsconfig.json`,
  JSON.stringify({
    extends: '../tsconfig.json',
    compilerOptions: {
      rootDir: '..',
      lib: ['ES2023', 'DOM'],
      exactOptionalPropertyTypes: false,
      noPropertyAccessFromIndexSignature: false,
    },
    include: ['./*.ts'],
    exclude: [],
  }),
);
try {
  execFileSync('npx', ['tsc', '-p', folder], { stdio: 'inherit' });
  console.log(`${count} code blocks compile.`);
  rmSync(folder, { recursive: true, force: true });
} catch {
  console.error(`A code block does not compile; the blocks are in ${folder}/, named by document and line.`);
  process.exitCode = 1;
}
