import type { ShardTask } from './shard-task.ts';

/** Who takes the place of a task's leader, best first: those that are left alone come last. */
export function succession({ view, avoided }: Pick<ShardTask, 'view' | 'avoided'>): number[] {
  const isAvoided = (replica: number): boolean => avoided.includes(replica);
  return [...view.succession.filter((replica) => !isAvoided(replica)), ...view.succession.filter(isAvoided)];
}
