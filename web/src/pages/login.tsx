/* Logging in: by the link of `entente token login`, whose token stands behind the #, or by a token. */
import { useEffect, useState } from "preact/hooks";
import { login } from "../api";

export function Login({ onDone }: { onDone: () => void }) {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState("");
  const [isBusy, setBusy] = useState(false);
  const enter = async (shown: string) => {
    setBusy(true);
    try {
      await login(shown.trim());
      onDone();
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    document.title = "Log in · Entente";
    const shown = location.hash.slice(1);
    if (!shown) return;
    // It is good once; it shall not stand in the history.
    history.replaceState(null, "", location.pathname + location.search);
    enter(shown);
  }, []);
  return (
    <main class="login">
      <h1>Entente</h1>
      <form onSubmit={(event) => { event.preventDefault(); enter(token); }}>
        <label>Access token
          <input type="password" value={token} autocomplete="current-password" spellcheck={false} required onInput={(event) => setToken(event.currentTarget.value)} />
        </label>
        <button type="submit" disabled={isBusy}>Log in</button>
        {problem && <p class="problem" role="alert">{problem}</p>}
      </form>
      <p class="faint">On the daemon's machine, <code>entente token login</code> prints a link that lets this browser in, and <code>entente token create NAME</code> makes a token.</p>
    </main>
  );
}
