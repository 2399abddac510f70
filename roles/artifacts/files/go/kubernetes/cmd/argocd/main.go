// Argo CD's controllers and repository server under upstream's names, without its API server, command line and
// notifications, which a core installation doesn't run: a quarter less to compile.
package main

import (
	"os"
	"path/filepath"

	appcontroller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	applicationset "github.com/argoproj/argo-cd/v3/cmd/argocd-applicationset-controller/commands"
	gitaskpass "github.com/argoproj/argo-cd/v3/cmd/argocd-git-ask-pass/commands"
	k8sauth "github.com/argoproj/argo-cd/v3/cmd/argocd-k8s-auth/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/argoproj/argo-cd/v3/util/log"
	"github.com/spf13/cobra"
	"k8s.io/klog/v2"
)

var commands = map[string]func() *cobra.Command{
	"argocd-application-controller":    appcontroller.NewCommand,
	"argocd-applicationset-controller": applicationset.NewCommand,
	"argocd-git-ask-pass":              gitaskpass.NewCommand,
	"argocd-k8s-auth":                  k8sauth.NewCommand,
	"argocd-repo-server":               reposerver.NewCommand,
}

func main() {
	klog.SetLogger(log.NewLogrusLogger(log.NewWithCurrentConfig()))
	// The components start the two helpers through this variable, as upstream's program does.
	name := filepath.Base(os.Args[0])
	if asked := os.Getenv("ARGOCD_BINARY_NAME"); asked != "" {
		name = asked
	}
	command, known := commands[name]
	if !known {
		println("argocd: there is no component " + name + " in this image")
		os.Exit(2)
	}
	if err := command().Execute(); err != nil {
		os.Exit(1)
	}
}
