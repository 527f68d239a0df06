// Package clients is a tour through faasd's AWS services with the AWS SDK for Go v2, made as any program makes it.
package clients

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The binary that FAASD names serves a copy of the folder app, or an empty app, with state in memory, until the test ends.
// What is returned has settings for clients of it, with the credentials that the daemon knows where it checks signatures.
func startDaemon(t *testing.T, app string, options ...string) aws.Config {
	t.Helper()
	folder := t.TempDir()
	if app == "" {
		must(t, os.WriteFile(filepath.Join(folder, "faasd.yaml"), nil, 0o600))
	} else {
		must(t, os.CopyFS(folder, os.DirFS(app)))
	}
	portsFile := filepath.Join(folder, "ports.json")
	log, err := os.Create(filepath.Join(folder, "log"))
	must(t, err)
	t.Setenv("AWS_REGION", "us-east-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	daemon := exec.Command(os.Getenv("FAASD"), append([]string{"serve", folder, "--port", "0", "--control-port", "0", "--ports-file",
		portsFile, "--ephemeral"}, options...)...)
	daemon.Stdout, daemon.Stderr = log, log
	must(t, daemon.Start())
	ended := make(chan error, 1)
	go func() { ended <- daemon.Wait() }()
	t.Cleanup(func() {
		_ = daemon.Process.Signal(syscall.SIGTERM)
		if err := <-ended; err != nil {
			said, _ := os.ReadFile(log.Name())
			t.Errorf("the daemon ended with %v:\n%s", err, said)
		}
	})
	var ports struct {
		URL string `json:"control_url"`
	}
	for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if text, err := os.ReadFile(portsFile); err == nil && json.Unmarshal(text, &ports) == nil {
			break
		}
		if time.Now().After(deadline) || len(ended) > 0 {
			said, _ := os.ReadFile(log.Name())
			t.Fatalf("the daemon does not serve:\n%s", said)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL", ports.URL)
	settings, err := config.LoadDefaultConfig(t.Context(), config.WithRetryMaxAttempts(1))
	must(t, err)
	return settings
}

func as(settings aws.Config, account, region string) aws.Config {
	other := settings.Copy()
	other.Region = region
	other.Credentials = credentials.NewStaticCredentialsProvider(account, "test", "")
	return other
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		must(t, err)
		return value
	}
}

func equal[T comparable](t *testing.T, given, wanted T, what string) {
	t.Helper()
	if given != wanted {
		t.Fatalf("%s: wanted %v, came %v", what, wanted, given)
	}
}

// The error has this code and status, and is of this class of the SDK.
func refusedAs[E error](t *testing.T, err error, code string, status int) E {
	t.Helper()
	refused(t, err, code, status)
	var class E
	if !errors.As(err, &class) {
		t.Fatalf("wanted a %T, came %T: %v", class, err, err)
	}
	return class
}

func refused(t *testing.T, err error, code string, status int) {
	t.Helper()
	var said smithy.APIError
	if !errors.As(err, &said) {
		t.Fatalf("wanted %s, came %v", code, err)
	}
	equal(t, said.ErrorCode(), code, "the code of "+err.Error())
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) {
		t.Fatalf("no answer in %v", err)
	}
	equal(t, answer.HTTPStatusCode(), status, "the status of "+err.Error())
}

func unique(prefix string) string {
	bytes := make([]byte, 6)
	_, _ = rand.Read(bytes)
	return prefix + "-" + hex.EncodeToString(bytes)
}

// Until the condition holds, at most for 20 seconds.
func eventually(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !condition(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("never")
		}
	}
}
