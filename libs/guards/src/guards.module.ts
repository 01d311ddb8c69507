import { type DynamicModule, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { type Clock, SystemClock } from '#domain';
import { ApiKeyGuard } from './api-key.guard.js';
import { GUARDS_OPTIONS, type GuardsOptions } from './guards-options.js';
import { KeyVerifier } from './key-verifier.js';

export interface GuardsModuleOptions extends Omit<GuardsOptions, 'clock'> {
  /** Who answers: an instance, such as a RemoteKeyVerifier, or a class that one of `imports` provides. */
  readonly verifier: KeyVerifier | Type<KeyVerifier>;
  readonly imports?: ModuleMetadata['imports'];
  readonly clock?: Clock;
}

/** Guards for a Nest service whose routes are opened by akm's keys. Global: import it once, in the root module. */
@Module({})
export class GuardsModule {
  static forRoot({ verifier, imports = [], ...options }: GuardsModuleOptions): DynamicModule {
    const guardsOptions: GuardsOptions = { clock: new SystemClock(), ...options };
    return {
      module: GuardsModule,
      global: true,
      imports,
      providers: [
        {
          provide: KeyVerifier,
          ...(typeof verifier === 'function' ? { useExisting: verifier } : { useValue: verifier }),
        },
        { provide: GUARDS_OPTIONS, useValue: guardsOptions },
        ApiKeyGuard,
      ],
      exports: [KeyVerifier, GUARDS_OPTIONS, ApiKeyGuard],
    };
  }
}
