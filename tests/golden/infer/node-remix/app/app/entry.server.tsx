export default function handle() {}
