export default function Page() {
  return <p>It isn't much</p>;
}
