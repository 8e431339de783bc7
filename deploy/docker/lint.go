// Reads a Dockerfile as BuildKit does and says what its linter says: `deploy/check dockerfile`. It takes what it needs of
// base images from nowhere, so it needs no registry; whether they exist is not checked.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

type anyImage struct{}

func (anyImage) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config, err := json.Marshal(ocispecs.Image{Platform: ocispecs.Platform{OS: "linux", Architecture: "amd64"}})
	return ref, digest.FromBytes(config), config, err
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	found := 0
	say := func(rule, _, _, message string, where []parser.Range) {
		found++
		fmt.Printf("%s: %s (line %d)\n", rule, message, where[0].Start.Line)
	}
	platform := ocispecs.Platform{OS: "linux", Architecture: "amd64"}
	_, _, _, _, err = dockerfile2llb.Dockerfile2LLB(context.Background(), text, dockerfile2llb.ConvertOpt{
		MetaResolver:   anyImage{},
		TargetPlatform: &platform,
		Warn:           say,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || found > 0 {
		os.Exit(1)
	}
	fmt.Println(os.Args[1] + ": understood by BuildKit, nothing to complain of")
}
