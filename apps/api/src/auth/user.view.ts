import type { CreatedUserDto, UserDto } from './user.dto.js';
import type { User } from './user.entity.js';

/** What may be shown of a person. */
export function userView(user: User): UserDto {
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

/** The only answer that shows a password. */
export function createdUserView(user: User, oneTimePassword: string): CreatedUserDto {
  return { ...userView(user), one_time_password: oneTimePassword };
}
