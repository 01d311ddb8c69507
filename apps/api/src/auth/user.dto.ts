import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { type Role, ROLES } from '../access/role.js';
import { ApiId, ApiText } from '../http/api-field.decorators.js';
import type { User } from './user.entity.js';

export class UserDto {
  /** @example 0198f0c4-7d5e-7a31-9d2f-1c2b3a4d5e6f */
  @ApiId()
  id: string;

  /** As its owner spelled it.
   * @example ada@example.com */
  @ApiText(254)
  email: string;

  /** @example ada */
  @ApiText(50)
  username: string;

  /** @example developer */
  @ApiProperty({ enum: ROLES })
  role: Role;

  /** A deactivated person cannot sign in.
   * @example true */
  is_active: boolean;

  /** Whether the e-mail address has been shown to be theirs.
   * @example false */
  is_verified: boolean;

  /** @example 2026-11-22T14:00:00.000Z */
  created_at: Date;

  /** @example 2026-11-22T14:05:00.000Z */
  last_login: Date | null;
}

export class ChangeRoleDto {
  /** @example readonly */
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role: Role;
}

/** What may be shown of a person. */
export function userDto(user: User): UserDto {
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    role: user.role,
    is_active: user.isActive,
    is_verified: user.isVerified,
    created_at: user.createdAt,
    last_login: user.lastLoginAt,
  };
}
