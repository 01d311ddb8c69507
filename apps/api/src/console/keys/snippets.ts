/** How a program uses a key, in the languages people ask for first. */
export function snippets(url: string): readonly { readonly label: string; readonly code: string }[] {
  return [
    { label: 'curl', code: `curl ${url} \\\n  -H "X-API-Key: $AKM_KEY"` },
    {
      label: 'TypeScript',
      code: `const response = await fetch('${url}', {
  headers: { 'X-API-Key': process.env.AKM_KEY ?? '' },
});
if (!response.ok) throw new Error((await response.json()).detail);
console.log(await response.json());`,
    },
    {
      label: 'Python',
      code: `import os
import requests

response = requests.get(
    "${url}",
    headers={"X-API-Key": os.environ["AKM_KEY"]},
    timeout=10,
)
response.raise_for_status()
print(response.json())`,
    },
  ];
}
