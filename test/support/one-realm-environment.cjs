const { AsyncLocalStorage } = require('node:async_hooks');
const { channel } = require('node:diagnostics_channel');
const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');
const { nativeRequire } = require('./native-packages.cjs');

/**
 * Runs spec files in the worker's own realm, as an application runs, instead of one with its own `Error` and
 * `Promise` per file. So packages can be loaded once per worker, those of this repository included, see
 * native-packages.cjs. Specs, and the sources that unit specs import by path, are still loaded anew for every spec
 * file, and what a file changes in the globals is undone after it.
 *
 * @type {new (config: import('@jest/environment').JestEnvironmentConfig) => import('@jest/environment').JestEnvironment}
 */
module.exports = class OneRealmEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  exchanges = null;
  #undo = [globalThis, process, process.env, Error].map(undoChangesOf);

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    globalThis[nativeRequire] = require;
    globalThis[workerCache] = cache;
    this.exchanges = exchanges;
  }

  getVmContext() {
    return workersRealm;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    for (const undo of this.#undo) undo();
    for (const storage of usedStorages) storage.disable();
    usedStorages.clear();
  }
};

/**
 * The storages that code has run in since the spec file started. Jest creates one for each spec file, and before
 * Node 24 every promise copies the store of each until it is disabled: after a hundred files, a promise costs a
 * hundred times as much.
 *
 * @type {Set<AsyncLocalStorage<unknown>>}
 */
const usedStorages = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...parameters) {
  usedStorages.add(this);
  return run.apply(this, parameters);
};

/**
 * Held as long as the worker runs. Node finds channels by name through weak references: if the channel of one
 * spec file is collected while the next file has created it again, the two no longer share it.
 */
const exchanges = channel('stytch-emulator:exchange');

/** The global with what spec files leave for the next ones of the same worker. */
const workerCache = Symbol.for('nestjs-stytch: worker cache');
const cache = new Map();

/** Jest requires a context. This one stands for the worker's realm, which node:vm uses without a context. */
const workersRealm = vm.createContext();
const withoutIt = (options, name) =>
  options[name] === workersRealm ? { ...options, [name]: undefined } : options;

const { compileFunction, SourceTextModule, SyntheticModule } = vm;
vm.compileFunction = (code, parameters, options) =>
  compileFunction(code, parameters, withoutIt(options, 'parsingContext'));
vm.SourceTextModule = class extends SourceTextModule {
  constructor(code, options) {
    super(code, withoutIt(options, 'context'));
  }
};
vm.SyntheticModule = class extends SyntheticModule {
  constructor(exportNames, evaluate, options) {
    super(exportNames, evaluate, withoutIt(options, 'context'));
  }
};

function undoChangesOf(object) {
  const before = Object.getOwnPropertyDescriptors(object);
  return () => {
    for (const key of Reflect.ownKeys(object)) {
      if (!Object.hasOwn(before, key)) Reflect.deleteProperty(object, key);
    }
    for (const key of Reflect.ownKeys(before)) {
      const { value, get } = Object.getOwnPropertyDescriptor(object, key) ?? {};
      if (value !== before[key].value || get !== before[key].get)
        Reflect.defineProperty(object, key, before[key]);
    }
  };
}
