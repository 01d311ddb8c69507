import { Controller, Delete, Get, HttpCode, Patch, Post, Put, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyGuard, CurrentKey, RequirePermissionsByMethod, type VerifiedKey } from '#guards';
import { ApiProblems } from '#problems';
import { GuardedByApiKey } from '../../access/access.decorator.js';
import { TokenBucketInterceptor } from '../../rate-limit/token-bucket.interceptor.js';
import { ProtectedDto } from './protected.dto.js';

/** A route behind a key, to try one out: what a service with our guards looks like. The method decides the permission. */
@ApiTags('verification')
@Controller('api/v1/protected/test')
@GuardedByApiKey()
@UseGuards(ApiKeyGuard)
@UseInterceptors(TokenBucketInterceptor)
@RequirePermissionsByMethod()
@ApiProblems()
export class ProtectedController {
  @Get()
  @ApiOperation({ summary: 'Use a key that may read', description: 'GET and HEAD ask for `read`.' })
  read(@CurrentKey() key: VerifiedKey): ProtectedDto {
    return welcome(key);
  }

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Use a key that may write', description: 'POST asks for `write`.' })
  post(@CurrentKey() key: VerifiedKey): ProtectedDto {
    return welcome(key);
  }

  @Put()
  @ApiOperation({ summary: 'Use a key that may write, by PUT', description: 'PUT asks for `write`.' })
  put(@CurrentKey() key: VerifiedKey): ProtectedDto {
    return welcome(key);
  }

  @Patch()
  @ApiOperation({ summary: 'Use a key that may write, by PATCH', description: 'PATCH asks for `write`.' })
  patch(@CurrentKey() key: VerifiedKey): ProtectedDto {
    return welcome(key);
  }

  @Delete()
  @ApiOperation({ summary: 'Use a key that may delete', description: 'DELETE asks for `delete`.' })
  delete(@CurrentKey() key: VerifiedKey): ProtectedDto {
    return welcome(key);
  }
}

function welcome(key: VerifiedKey): ProtectedDto {
  return { message: 'This key works.', api_key_id: key.id, permissions: [...key.permissions] };
}
